import { spawn } from 'node:child_process'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** The project's root. */
export const root = path.resolve(import.meta.dirname, '../..')

/** A program of an installed package, to be run with this process's own Node. */
export const packageFile = (file: string) => path.join(root, 'node_modules', file)

/** Where Node keeps what it compiled, from one process of a run to the next. */
export const compileCache = path.join(root, '.tmp', 'compile-cache')

export interface CommandResult {
  code: number | null
  /** Standard output and standard error in the order they came. */
  output: string
}

/** Process groups that still run; they end with this process. */
const running = new Set<number>()

function killGroup(pid: number) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has ended by itself.
  }
}

process.on('exit', () => {
  for (const pid of running) killGroup(pid)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

/**
 * Runs a command in the project's root and collects what it says. Never throws: a command that cannot start or exceeds
 * `timeoutMs` has `code` null and says so in `output`. Its whole process group is gone when this returns.
 */
function runCommand(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<CommandResult> {
  const { env = {}, timeoutMs = 900_000 } = options
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache, ...env },
    })
    const chunks: Buffer[] = []
    const finish = (code: number | null, remark = '') => {
      clearTimeout(timer)
      if (child.pid) {
        killGroup(child.pid)
        running.delete(child.pid)
      }
      resolve({ code, output: stripVTControlCharacters(Buffer.concat(chunks).toString()) + remark })
    }
    const timer = setTimeout(
      () => finish(null, `\nStopped after ${Math.round(timeoutMs / 1000)} s.`),
      timeoutMs,
    )
    if (child.pid) running.add(child.pid)
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => finish(null, `${command} could not run: ${error.message}`))
    child.on('close', (code) => finish(code))
  })
}

/** As {@link runCommand}, for a JavaScript or TypeScript file run by this process's Node. */
export const runNode = (
  file: string,
  args: readonly string[],
  options?: Parameters<typeof runCommand>[2],
): Promise<CommandResult> => runCommand(process.execPath, [file, ...args], options)
