import { parseArgs, type ParseArgsConfig } from 'node:util'

/** A command line that is not understood; the message says so in one line. */
export class CommandLineError extends Error {}

/**
 * Node's `parseArgs`, whose faults become one line for people.
 * @throws CommandLineError
 */
export function readCommandLine<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    // Node goes on with a hint about arguments that begin with a dash; no program here takes any.
    const [fault] = (error as Error).message.split('. ')
    throw new CommandLineError(`${fault} (--help lists what there is)`)
  }
}

/**
 * Runs a program to its end. An expected error prints its message alone, with exit code 1, or 2 where the command
 * line was not understood; anything else is a defect and shows its stack.
 */
export function runProgram(
  main: () => void | Promise<void>,
  mendable: readonly (new (...args: never[]) => Error)[],
): void {
  const run = async (): Promise<void> => main()
  run().catch((error: unknown) => {
    const isUsage = error instanceof CommandLineError
    const isKnown = isUsage || mendable.some((kind) => error instanceof kind)
    process.stderr.write(
      `${isKnown ? (error as Error).message : error instanceof Error ? error.stack : String(error)}\n`,
    )
    // Servers that are half up would keep the process alive.
    process.exit(isUsage ? 2 : 1)
  })
}
