import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench, BenchOptions } from './bench/bench.ts'
import { buildIfChanged } from './build-if-changed.ts'

const folder = path.join(import.meta.dirname, 'bench')

async function loadBenches(): Promise<Bench[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.bench.ts')).sort()
  return Promise.all(
    files.map(async (file) => {
      const { bench } = (await import(path.join(folder, file))) as { bench: Bench } // the folder's contract
      return bench
    }),
  )
}

/** A whole number that was given for an option. Ends the program, with a sentence, for anything else. */
function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  console.error(`  --${option} must be a whole number from 1 to 999.`)
  process.exit(2)
}

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    'stream-seconds': { type: 'string', default: '15' },
  },
})
const options: BenchOptions = {
  rounds: wholeNumber('rounds', values.rounds),
  streamSeconds: wholeNumber('stream-seconds', values['stream-seconds']),
}
/** `gateway` is all those whose name begins so. */
const isWanted = (name: string) => wanted.some((word) => name === word || name.startsWith(`${word}-`))
const benches = await loadBenches()
const chosen = benches.filter(({ name }) => wanted.length === 0 || isWanted(name))
if (chosen.length === 0) {
  console.error(
    `  There is no bench ${wanted.join(', ')}. Benches: ${benches.map(({ name }) => name).join(' ')}`,
  )
  process.exit(2)
}

await buildIfChanged()
// What a bench has started is stopped when this process exits, which a signal alone does not make it do.
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
let broken = 0
for (const bench of chosen) {
  console.log(`\n  ${bench.name}: ${bench.about}`)
  try {
    for (const line of await bench.run(options)) console.log(`    ${line}`)
  } catch (error) {
    broken += 1
    console.log(`    not measured: ${(error as Error).message}`)
  }
}
process.exit(broken > 0 ? 1 : 0)
