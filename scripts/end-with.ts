/** Runs a command of the terminal. An error of ours is one sentence there, and the exit code 1. */
export async function endWith(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    console.error(`\n  ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
