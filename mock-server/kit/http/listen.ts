import type { AddressInfo, Server } from 'node:net'

/** Another program listens on the port. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  constructor(readonly port: number) {
    super(`Port ${port} is taken. Stop what listens there, or choose other ports with --port-base.`)
  }
}

/** The system lets only root listen on the port. */
export class PortForbiddenError extends Error {
  override readonly name = 'PortForbiddenError'
  constructor(readonly port: number) {
    super(`Port ${port} is not for this user: the system wants root below 1024. Choose another, or be root.`)
  }
}

/** What a failed `listen` means to a person, or the error itself. */
export function listenError(error: unknown, port: number): unknown {
  const { code } = error as { code?: unknown }
  if (code === 'EADDRINUSE') return new PortTakenError(port)
  return code === 'EACCES' ? new PortForbiddenError(port) : error
}

/** Makes a bare server listen on loopback and answers its port. Port 0 takes a free one. */
export async function listenBare(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}
