import type { ClientBase } from 'pg'

/**
 * Tells once that a connection was lost; its end comes as two errors, PostgreSQL's last word and the closed socket.
 * An error that nobody listens for would end the process.
 */
export function onLoss(client: ClientBase, tell: (error: unknown) => void): void {
  let isLost = false
  client.on('error', (error) => {
    if (isLost) return
    isLost = true
    tell(error)
  })
}
