import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './ports.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

/** A running server that belongs to this test run alone. */
export interface TestPostgres {
  /** A superuser's URL of the database `postgres`. */
  url: string
  /** Ends it, as a shutdown or as a crash, and starts it again at the same place; resolves when it takes connections. */
  restart(how: 'shutdown' | 'crash'): Promise<void>
  stop(): Promise<void>
}

/** The newest of Debian's versioned directories that has a server. */
async function debianBinaries(): Promise<string | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  return versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join('/usr/lib/postgresql', version, 'bin'))
    .find((directory) => existsSync(path.join(directory, 'initdb')))
}

async function findBinaries(): Promise<string | undefined> {
  const directories = (process.env.PATH ?? '').split(path.delimiter)
  // initdb looks for `postgres` beside itself, so a directory must have both.
  const complete = directories.find((directory) =>
    ['initdb', 'postgres'].every((program) => existsSync(path.join(directory, program))),
  )
  return complete ?? (await debianBinaries())
}

/** Debian's `postgresql` package would start a cluster on port 5432; this setting, read by its scripts, prevents that. */
async function installFromDebian(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env, timeout: 300_000, maxBuffer: 64 << 20 }
  await mkdir('/etc/postgresql-common', { recursive: true })
  if (!existsSync('/etc/postgresql-common/createcluster.conf')) {
    await writeFile('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n')
  }
  await run('apt-get', ['update', '-qq'], options)
  await run(
    'apt-get',
    [
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      '-o',
      'Dpkg::Options::=--force-confold',
      'postgresql',
    ],
    options,
  )
}

async function binaries(): Promise<string | { missing: string }> {
  const found = await findBinaries()
  if (found) return found
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    return { missing: 'PostgreSQL is not installed (on Debian: apt-get install postgresql)' }
  }
  try {
    await installFromDebian()
  } catch (error) {
    return { missing: `PostgreSQL could not be installed: ${(error as Error).message.split('\n')[0]}` }
  }
  return (await findBinaries()) ?? { missing: 'Debian installed PostgreSQL without a server' }
}

/** PostgreSQL refuses to run as root; then it runs as the user that Debian made for it. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (!isRoot) return undefined
  const id = async (option: string) => Number((await run('id', [option, 'postgres'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}

function untilReady(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    if (!child.stderr) throw new Error('the server has no standard error to read')
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      if (line.includes('database system is ready to accept connections')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${lines.join('\n')}`)))
  })
}

/**
 * Starts a throw-away PostgreSQL on a free port of 127.0.0.1, with its data in a temporary directory and the locale
 * C.UTF-8 (under plain C, `pg_trgm` drops Chinese). `missing` says why there is none.
 */
export async function startPostgres(): Promise<TestPostgres | { missing: string }> {
  const directory = await binaries()
  if (typeof directory !== 'string') return directory
  const user = await serverUser()
  const data = await mkdtemp(path.join(tmpdir(), 'tain-postgres-'))
  if (user) await chown(data, user.uid, user.gid)
  const options = { ...user, cwd: data, env: { ...process.env, LC_ALL: 'C.UTF-8' } }
  const cluster = path.join(data, 'cluster')
  const remove = () => rm(data, { recursive: true, force: true })

  const initialise = [
    '-D',
    cluster,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]
  await run(path.join(directory, 'initdb'), initialise, options)
  const port = await freePort()
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${data}`,
    'fsync=off',
  ]
  const launch = () =>
    spawn(
      path.join(directory, 'postgres'),
      ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])],
      { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
    )
  let child = launch()
  const end = async (signal: NodeJS.Signals) => {
    const exited = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.kill(signal)) await exited
  }
  const killWithUs = () => child.kill('SIGQUIT')
  process.once('exit', killWithUs)
  try {
    await untilReady(child)
  } catch (error) {
    await remove()
    throw error
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async restart(how) {
      // SIGINT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them. SIGQUIT ends without a word.
      await end(how === 'crash' ? 'SIGQUIT' : 'SIGINT')
      child = launch()
      await untilReady(child)
    },
    async stop() {
      process.off('exit', killWithUs)
      await end('SIGINT')
      await remove()
    },
  }
}

/** An empty database of its own on the server at `url`, dropped by `drop` even while connections to it are open. */
export async function createDatabase(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `t_${randomBytes(8).toString('hex')}`
  const admin = async (statement: string) => {
    const client = new pg.Client(url)
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await admin(`create database ${name}`)
  const database = new URL(url)
  database.pathname = `/${name}`
  return { url: database.href, drop: () => admin(`drop database ${name} with (force)`) }
}
