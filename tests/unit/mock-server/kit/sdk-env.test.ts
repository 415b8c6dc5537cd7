import { execFileSync } from 'node:child_process'
import { formatSdkEnv, parseSdkEnv } from '../../../../mock-server/kit/sdk-env'

describe('sdk.env', () => {
  const values: [string, string][] = [
    ['PLAIN', 'http://127.0.0.1:4001'],
    ['QUOTED', "/home/o'brien/.data/key.pem"],
    ['STRANGE', '$HOME `id` "x" \\ #'],
  ]

  it('is read as it was written', () => {
    expect([...parseSdkEnv(formatSdkEnv(values))]).toEqual(values)
  })

  const itWithShell = process.platform === 'win32' ? it.skip : it
  itWithShell('is read by a shell as it was written', () => {
    const script = `${formatSdkEnv(values)}\nprintf '%s\\n' "$PLAIN" "$QUOTED" "$STRANGE"`
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual(
      values.map(([, value]) => value),
    )
  })
})
