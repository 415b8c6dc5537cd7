/** A refusal of the control API: `code` for programs, `message` for people. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal'

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}
