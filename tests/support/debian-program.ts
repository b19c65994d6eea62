import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe } from 'vitest'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

/** Where the program is, or why it is nowhere. */
export type Found = { path: string } | { missing: string }

function find(program: string): string | undefined {
  // An ordinary user's PATH often lacks the directories of servers.
  const directories = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/bin']
  return directories.map((directory) => path.join(directory, program)).find((file) => existsSync(file))
}

/** Finds a server program, or, for root on Debian, installs the package that has it without starting its service. */
export async function debianProgram(program: string, packageName: string): Promise<Found> {
  const found = find(program)
  if (found) return { path: found }
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    return { missing: `${program} is not installed (on Debian: apt-get install ${packageName})` }
  }
  try {
    await withoutServices(() => install(packageName))
  } catch (error) {
    return { missing: `${packageName} could not be installed: ${(error as Error).message.split('\n')[0]}` }
  }
  const installed = find(program)
  return installed ? { path: installed } : { missing: `Debian's package ${packageName} has no ${program}` }
}

async function install(packageName: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env, timeout: 300_000, maxBuffer: 64 << 20 }
  await run('apt-get', ['update', '-qq'], options)
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', packageName], options)
}

const POLICY = '/usr/sbin/policy-rc.d'

/** Debian's packages start their services when installed, unless this file says that it is forbidden (101). */
async function withoutServices(act: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return act()
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n')
  await chmod(POLICY, 0o755)
  await act().finally(() => rm(POLICY, { force: true }))
}

/**
 * A group of integration tests that needs a program. Without it the tests are skipped and their name says why; in CI
 * the run fails.
 */
export function describeWith(found: Found, name: string, tests: (program: string) => void): void {
  if ('path' in found) return void describe(name, () => tests(found.path))
  if (process.env.CI) throw new Error(`In CI nothing is skipped, but ${found.missing}.`)
  describe.skip(`${name} (${found.missing})`, () => tests(''))
}
