import { AjvCompiler } from '@fastify/ajv-compiler'
import type { FastifyServerOptions } from 'fastify'

/**
 * Fastify's validators, made once in a process and not once for each server: to compile the schemas of a merchant
 * takes longer than all else that it does until it listens.
 */
export const sharedValidators: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: AjvCompiler() },
}
