import { execFile } from 'node:child_process'
import { access, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Chromium {
  executablePath: string
  /** Flags that every launch needs, beside those of Playwright. */
  args: string[]
  /** The environment of the browser's process. */
  env: Record<string, string>
}

const flags = [
  // The pages under test are our own, and Chromium's sandbox does not start as root.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function inheritedEnv(): Record<string, string> {
  const entries = Object.entries(process.env)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

async function onPath(names: readonly string[]): Promise<string | undefined> {
  const directories = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  for (const name of names) {
    for (const directory of [...directories, '/usr/bin']) {
      const file = path.join(directory, name)
      if (await isExecutable(file)) return file
    }
  }
}

const unpackProgram = "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())"

/**
 * Unpacks the Chromium that npm installed, once per version and user. The package itself unpacks into `/tmp` under
 * fixed names, takes whatever lies there for finished, and adds the libraries and fonts that a bare machine lacks only
 * on AWS; so it runs in a process whose temporary directory is ours, and the result is renamed into place when whole.
 */
async function unpackPackaged(): Promise<string> {
  const manifest = createRequire(import.meta.url)
    .resolve('@sparticuz/chromium')
    .replace(/(?<=@sparticuz\/chromium\/)build\/.*/, 'package.json')
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  const directory = path.join(tmpdir(), `tain-chromium-${version}-${userInfo().uid}`)
  if (await isExecutable(path.join(directory, 'chromium'))) return directory
  const partial = `${directory}.${process.pid}`
  await mkdir(partial, { recursive: true, mode: 0o700 })
  try {
    await run(process.execPath, ['--eval', unpackProgram], {
      cwd: path.dirname(import.meta.dirname),
      env: { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    })
    await writeFile(
      path.join(partial, 'fonts', 'fonts.conf'),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>${directory}/fonts</dir><cachedir>${directory}/cache</cachedir></fontconfig>\n`,
    )
    await rename(partial, directory).catch(async (error: unknown) => {
      // Another process was faster; its copy is as good.
      if (!(await isExecutable(path.join(directory, 'chromium')))) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return directory
}

/** The Chromium of `@sparticuz/chromium`, with the libraries and fonts it brings where the system has none. */
async function packagedChromium(): Promise<Chromium> {
  const directory = await unpackPackaged()
  const executablePath = path.join(directory, 'chromium')
  const env = inheritedEnv()
  const { stdout } = await run('ldd', [executablePath]).catch(() => ({ stdout: 'not found' }))
  if (stdout.includes('not found')) {
    env.LD_LIBRARY_PATH = [path.join(directory, 'al2023', 'lib'), env.LD_LIBRARY_PATH]
      .filter(Boolean)
      .join(':')
  }
  if (!(await isExecutable('/etc/fonts'))) env.FONTCONFIG_PATH = path.join(directory, 'fonts')
  return { executablePath, args: [...flags, '--headless=shell', '--no-zygote'], env }
}

async function find(): Promise<Chromium | { missing: string }> {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (!(await isExecutable(named))) return { missing: 'CHROMIUM_PATH names no program' }
    return { executablePath: named, args: flags, env: inheritedEnv() }
  }
  const installed = await onPath(['chromium', 'chromium-browser', 'google-chrome'])
  if (installed) return { executablePath: installed, args: flags, env: inheritedEnv() }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      missing: `no Chromium is installed, and npm brings none for ${process.platform} ${process.arch}; set CHROMIUM_PATH`,
    }
  }
  try {
    const chromium = await packagedChromium()
    await run(chromium.executablePath, ['--version', ...chromium.args], {
      env: { ...process.env, ...chromium.env },
    })
    return chromium
  } catch (error) {
    return { missing: `the Chromium that npm brings does not start: ${(error as Error).message}` }
  }
}

let found: ReturnType<typeof find> | undefined

/**
 * A browser for Playwright that needs no download: the one named by CHROMIUM_PATH, else the system's, else the one
 * that came with `npm ci`. Never throws; `missing` says why there is none.
 */
export function findChromium(): Promise<Chromium | { missing: string }> {
  found ??= find()
  return found
}
