/** Whether a skipped witness is a failure: where it must be there, its absence is what the run is for. */
const mustBeThere = process.env['WITNESS'] === 'all'

/**
 * `describe`, or where a witness is absent `describe.skip` with the reason in its name.
 * @param why null where it is there; else the reason, and the command that brings it
 */
export function describeWhere(why: string | null): (name: string, tests: () => void) => void {
  if (why === null) return describe
  if (mustBeThere) {
    return (name) =>
      describe(name, () => {
        it('is there', () => {
          throw new Error(why)
        })
      })
  }
  return (name, tests) => describe.skip(`${name} (${why})`, tests)
}
