import { AjvCompiler } from '@fastify/ajv-compiler'
import type { FastifyServerOptions } from 'fastify'

/** Fastify's validators, shared by the servers of a process: compiling its schemas is the longest part of a merchant's start. */
export const sharedValidators: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: AjvCompiler() },
}
