import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { onCore } from './cores.ts'

/** A program of this folder in a process of its own. */
export interface ChildProgram<Answer> {
  pid: number | undefined
  /** The next message it sends; `command` is sent to it before, if given. Rejects when it ends instead. */
  ask(command?: object): Promise<Answer>
  stop(): Promise<void>
}

/** Starts `file` on `core`. It is stopped with this process, whatever becomes of either. */
export function startProgram<Answer>(
  file: string,
  core: number | undefined,
  args: string[] = [],
): ChildProgram<Answer> {
  const [command = process.execPath, ...rest] = [
    ...onCore(core),
    process.execPath,
    path.join(import.meta.dirname, file),
    ...args,
  ]
  const child = spawn(command, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // JSON would make null of a number that is not known.
    serialization: 'advanced',
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const exited = once(child, 'exit')
  const ended = exited.then(([code, signal]) =>
    Promise.reject(new Error(`${file} ended (${code ?? signal})`)),
  )
  ended.catch(() => undefined)
  return {
    // taskset becomes the program it starts, so this is the program's.
    pid: child.pid,
    async ask(message) {
      const answer = once(child, 'message')
      if (message) child.send(message)
      // The two sides of a pipe between files of this folder agree on the type.
      const [received] = (await Promise.race([answer, ended])) as [Answer]
      return received
    },
    async stop() {
      process.off('exit', killWithUs)
      child.kill('SIGKILL')
      await exited
    },
  }
}
