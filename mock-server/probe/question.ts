/** Who asks, and with what right. */
export type Asker =
  /** No Authorization at all. */
  | 'nobody'
  /** The number 1900000000 with a key made for this run. */
  | 'stranger'
  /** The merchant's own number and key. */
  | 'merchant'
  /** The merchant's own key under a serial that the merchant never had. */
  | 'unknown-serial'
  /** The merchant's own signature of another text. */
  | 'other-text'

export type ProbeHost = 'pay' | 'login' | 'qq'

/** What the simulator answers. Whatever is left out may be anything. */
export interface Expected {
  readonly status: number
  /** WeChat Pay's own header names, spelled so: all of a signed answer, `Request-ID` alone, or none. */
  readonly names?: 'signed' | 'request-id' | 'none'
  readonly contentType?: string
  /** The whole body. */
  readonly text?: string
  /** Fields of a JSON body, at its top. */
  readonly json?: Readonly<Record<string, unknown>>
  /** Fields of an XML body. */
  readonly xml?: Readonly<Record<string, string>>
}

/**
 * One request, and what comes back. In target, headers and bodies `{mchid}`, `{appid}`, `{number}` (a number that nobody
 * ordered), `{tomorrow}` (Beijing) and `{platform}` (WeChat Pay's key of the answers) are filled in.
 */
export interface Question {
  readonly id: string
  /** The row of FIDELITY.md that says so: its first cell, or how that begins. */
  readonly row: string
  readonly host: ProbeHost
  readonly by: Asker
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly target: string
  /** Beside User-Agent and Accept; null leaves one of them out. */
  readonly headers?: Readonly<Record<string, string | null>>
  readonly body?: string
  /** V2: the parameters, signed with the merchant's API key where the merchant asks, with nonsense otherwise. */
  readonly xml?: Readonly<Record<string, string>>
  /** Seconds that the timestamp of the signature is old. Default 0. */
  readonly ageSec?: number
  readonly expected: Expected
  /** No source says so: the answer of the real service would settle it. */
  readonly isGuess?: true
}
