/** For programs that a bench starts: tells something to it. */
export function tellParent(message: object): void {
  process.send?.(message)
}

/** Hears what it wants, and ends when it is gone. */
export function onCommand<Command>(act: (command: Command) => void): void {
  // Only the bench that started this program writes here.
  process.on('message', (message) => act(message as Command))
  process.once('disconnect', () => process.exit())
}
