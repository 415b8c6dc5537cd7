import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { Client, type ClientConfig } from 'pg'
import type { Broadcast } from './engine'
import { onLoss } from './postgres-loss'
import type { Tables } from '../schema'

export interface PostgresBroadcastOptions {
  readonly db: Kysely<Tables>
  readonly connection: ClientConfig
  /** Only processes in the same space hear each other. */
  readonly space: string
  readonly onConnectionLost: ((error: unknown) => void) | undefined
}

/** PostgreSQL accepts payloads of less than 8000 bytes. */
const lineBytesMax = 7999
const spaceMax = 40

/** Broadcast by NOTIFY and LISTEN. Listening takes a connection of its own. */
export function createPostgresBroadcast({
  db,
  connection,
  space,
  onConnectionLost,
}: PostgresBroadcastOptions): Broadcast {
  const name = space.length > spaceMax ? createHash('sha256').update(space).digest('hex').slice(0, spaceMax) : space
  const channel = `merchant events ${name}`
  return {
    async send(lines) {
      const short = lines.filter((line) => Buffer.byteLength(line) <= lineBytesMax)
      if (short.length === 0) return
      await sql`select pg_notify(${channel}, line) from unnest(${short}::text[]) as line`.execute(db)
    },

    async listen(onLine, onLost) {
      const client = new Client(connection)
      let isOpen = false
      const lose = (): void => {
        if (!isOpen) return
        isOpen = false
        onLost()
      }
      onLoss(client, (error) => {
        onConnectionLost?.(error)
        lose()
      })
      client.on('end', lose)
      client.on('notification', ({ payload }) => onLine(payload ?? ''))
      await client.connect()
      await client.query(`listen ${client.escapeIdentifier(channel)}`)
      isOpen = true
      return async () => {
        isOpen = false
        await client.end()
      }
    },
  }
}
