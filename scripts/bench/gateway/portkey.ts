import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { freePort } from '../../../tests/support/ports.ts'

const VERSION = '1.15.2'
const folder = path.resolve(import.meta.dirname, '../../../.tmp/portkey', VERSION)
const program = path.join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')

/** Installs Portkey's gateway beside the project, once: it is compared with, not used. */
async function install(): Promise<void> {
  if (existsSync(program)) return
  await mkdir(folder, { recursive: true })
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
  try {
    await promisify(execFile)(npm, ['install', ...options, `@portkey-ai/gateway@${VERSION}`], {
      timeout: 180_000,
    })
  } catch {
    throw new Error(`@portkey-ai/gateway@${VERSION} could not be installed from npm`)
  }
}

/** Starts Portkey's gateway, told by each request's headers to ask `upstreamPort`. */
export async function startPortkey(upstreamPort: number) {
  await install()
  const port = await freePort()
  const child = spawn(process.execPath, [program, '--headless', `--port=${port}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const exited = once(child, 'exit')
  const stop = async () => {
    process.off('exit', killWithUs)
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await exited
  }
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('Ready')) continue
    // What it prints later is nobody's, but must not fill the pipe.
    child.stdout.resume()
    const headers = [
      'x-portkey-provider: openai',
      `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1`,
    ]
    return { port, headers, stop }
  }
  throw new Error('Portkey did not start')
}
