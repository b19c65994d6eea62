import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const stampFile = path.join(root, '.next', 'tain-sources')

/** Everything the built site is made from. */
const SOURCES = [
  'app/**/*',
  'components/**/*',
  'lib/**/*',
  'public/**/*',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.js',
  'scripts/compile-hints.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]

/**
 * Builds the site unless it was built from these very sources, for this ASSET_PREFIX, before. Shows progress on the standard output. Throws
 * with the build's own output when it fails; an old build is then not served in its place.
 */
export async function buildIfChanged({
  quiet = false,
  assetPrefix = '',
}: {
  quiet?: boolean
  assetPrefix?: string | undefined
} = {}): Promise<'built' | 'fresh'> {
  const hash = hashSources(assetPrefix)
  const built = existsSync(stampFile) && existsSync(path.join(root, '.next', 'BUILD_ID'))
  if (built && readFileSync(stampFile, 'utf8') === hash) return 'fresh'
  const progress = showProgress(built ? 'Sources changed; building the site' : 'Building the site', quiet)
  try {
    await runNextBuild(progress.step, assetPrefix)
  } finally {
    progress.end()
  }
  writeFileSync(stampFile, hash)
  return 'built'
}

function hashSources(assetPrefix: string): string {
  const hash = createHash('sha256').update(process.version).update(assetPrefix)
  const files = globSync(SOURCES, { cwd: root }).sort()
  for (const file of files) {
    const absolute = path.join(root, file)
    if (statSync(absolute).isFile()) hash.update(`\0${file}\0`).update(readFileSync(absolute))
  }
  return hash.digest('hex')
}

function runNextBuild(onStep: (step: string) => void, assetPrefix: string): Promise<void> {
  const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: root,
    // Of all settings the build has only this one in it. Empty, it also hides what a `.env` says.
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      ASSET_PREFIX: assetPrefix,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal)
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)

  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const step = /^\s*[✓○]?\s*(Compiled|Collecting|Generating|Finalizing)[^.\n(]*/m.exec(text)?.[0]
      if (step) onStep(step.replace('✓', '').trim())
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      process.off('SIGTERM', stop).off('SIGINT', stop)
      if (code === 0) resolve()
      else reject(new Error(`Building the site failed.\n\n${output}`))
    })
  })
}

/** One line that is kept up to date on a terminal; elsewhere a line per step. */
function showProgress(title: string, quiet: boolean) {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const live = process.stdout.isTTY && !quiet
  let last = ''
  const draw = () => process.stdout.write(`\r\x1b[2K  ${title} ... ${seconds()} s ${last && `· ${last}`}`)
  if (!quiet && !live) console.log(`  ${title} ...`)
  const timer = live ? setInterval(draw, 500) : undefined
  return {
    step: (step: string) => {
      if (!quiet && !live && step !== last) console.log(`    ${seconds()} s · ${step}`)
      last = step
    },
    end: () => {
      clearInterval(timer)
      if (live) process.stdout.write('\r\x1b[2K')
      if (!quiet) console.log(`  ${title} took ${seconds()} s.`)
    },
  }
}
