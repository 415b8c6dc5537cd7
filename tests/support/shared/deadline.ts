/** A program, a browser and both phones take their time on a busy machine; a test that hangs is still found. */
jest.setTimeout(240_000)
