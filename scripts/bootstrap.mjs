// Runs on any Node from 20 on, with nothing installed: brings node_modules in step with the lockfile and makes sure
// that the commands after it run on Node 24 or newer (AI SDK 7, Kysely and node:sqlite need it). Plain JavaScript,
// because older Nodes cannot read TypeScript.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')
const wantsDev = process.argv.includes('--dev')
const stampFile = path.join(root, 'node_modules', '.tain-installed')
const [major] = process.versions.node.split('.').map(Number)

const fail = (sentence) => {
  console.error(`\n  ${sentence}\n`)
  process.exit(1)
}

const lockHash = createHash('sha256')
  .update(readFileSync(path.join(root, 'package-lock.json')))
  .digest('hex')
const [installedHash, installedDev] = existsSync(stampFile) ? readFileSync(stampFile, 'utf8').split(' ') : []

if (installedHash !== lockHash || (wantsDev && installedDev !== 'dev')) {
  console.log(`  Installing packages (${installedHash ? 'the lockfile changed' : 'first start'}) ...`)
  const started = Date.now()
  const result = spawnSync(
    'npm',
    [
      'ci',
      wantsDev ? '--include=dev' : '--omit=dev',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_ENV: '' } },
  )
  if (result.status !== 0)
    fail('Installing the packages failed; the lines above say why. Nothing else was changed.')
  writeFileSync(stampFile, `${lockHash} ${wantsDev ? 'dev' : 'prod'}`)
  console.log(`  Packages installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}

// npm puts node_modules/.bin first on the PATH of every script, so a link there decides which Node runs them. npm 10
// does not make it from the package's own `bin`; a link left over from another platform is replaced.
if (major < 24) {
  const packaged = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (!existsSync(packaged)) {
    fail(
      `Tain needs Node 24 or newer; this is Node ${process.versions.node}, and no packaged Node exists for ${process.platform} ${process.arch}. Please install Node 24 from https://nodejs.org.`,
    )
  }
  const link = path.join(root, 'node_modules', '.bin', 'node')
  const works = existsSync(link) && spawnSync(link, ['--version']).stdout?.toString().startsWith('v24')
  if (!works) {
    if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link)
    symlinkSync(packaged, link)
  }
}
