import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { failed, type Outcome, passed, skipped } from './outcome.ts'
import { root } from './run-command.ts'

const run = promisify(execFile)

interface Pattern {
  what: string
  pattern: RegExp
}

// Written so that no pattern matches its own source.
const patterns: Pattern[] = [
  {
    what: 'a registry host',
    pattern: /https?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio|npmmirror|pypi)[\w.-]*\.[a-z]{2,}/gi,
  },
  { what: 'a registry host', pattern: /"resolved":\s*"https?:/g },
  {
    what: "a machine's path",
    pattern: /(?<![\w.}-])\/(?:work|root|Users|home)\/(?!<)[\w.-]+/g,
  },
  { what: "a machine's path", pattern: /\b[A-Z]:\\Users\\\w+/g },
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/g },
  { what: 'a key', pattern: /\bAKIA[0-9A-Z]{16}\b/g },
  { what: 'a key', pattern: /\b(?:gh[pousr]|npm|hvs|xox[abp])[_.-][A-Za-z0-9-]{24,}/g },
  { what: 'a key', pattern: /\bAIza[\w-]{35}/g },
]

const keyLike = /\bsk-[\w-]{24,}/g

/** A key made by a machine has all kinds of characters in no order; the made-up ones of tests and pages do not. */
function looksRandom(text: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(text))
  return kinds && new Set(text).size >= 16 && !/(?:test|demo|example|fake|canary|never|your)/i.test(text)
}

/** A finding never repeats what it found: the report must not become the leak. */
export interface Finding {
  line: number
  what: string
}

/** What in `text` must not be in a file of the project. `hosts` are further hosts that must not be named. */
export function findPrivate(text: string, hosts: readonly string[] = []): Finding[] {
  const lineOf = (index: number) => text.slice(0, index).split('\n').length
  const found = patterns.flatMap(({ what, pattern }) =>
    [...text.matchAll(pattern)].map(({ index }) => ({ line: lineOf(index), what })),
  )
  for (const { index, 0: match } of text.matchAll(keyLike)) {
    if (looksRandom(match)) found.push({ line: lineOf(index), what: 'a key' })
  }
  for (const host of hosts) {
    const index = text.indexOf(host)
    if (index >= 0) found.push({ line: lineOf(index), what: "this machine's registry host" })
  }
  return found
}

/** The host of the registry this machine installs from, which is nobody else's business. */
async function registryHosts(): Promise<string[]> {
  const { stdout } = await run('npm', ['config', 'get', 'registry'], { cwd: root }).catch(() => ({
    stdout: '',
  }))
  return URL.canParse(stdout.trim()) ? [new URL(stdout.trim()).host] : []
}

/** Tracked files, and those that the next commit would add. */
async function projectFiles(): Promise<string[]> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 64 << 20,
  })
  return stdout.split('\0').filter(Boolean)
}

const MAX_BYTES = 4 << 20

async function readText(file: string): Promise<string | undefined> {
  const info = await stat(file).catch(() => undefined)
  if (!info?.isFile() || info.size > MAX_BYTES) return undefined
  const text = await readFile(file, 'latin1')
  return text.includes('\0') ? undefined : text
}

/** No file of the project names a registry, a path of someone's machine, or something that looks like a real key. */
export async function checkFiles(): Promise<Outcome> {
  const files = await projectFiles().catch(() => undefined)
  if (files === undefined) return skipped('this is no git checkout, so its files are not known')
  const hosts = await registryHosts()
  const lines: string[] = []
  for (const file of files) {
    const text = await readText(path.join(root, file))
    if (text === undefined) continue
    lines.push(...findPrivate(text, hosts).map(({ line, what }) => `${file}:${line} has ${what}`))
  }
  return lines.length > 0 ? failed(lines.join('\n')) : passed(`${files.length} files`)
}
