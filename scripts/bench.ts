import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Bench } from './bench/bench.ts'
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

const wanted = process.argv.slice(2)
const benches = await loadBenches()
const chosen = benches.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
if (chosen.length === 0) {
  console.error(
    `  There is no bench ${wanted.join(', ')}. Benches: ${benches.map(({ name }) => name).join(' ')}`,
  )
  process.exit(2)
}

await buildIfChanged()
let broken = 0
for (const bench of chosen) {
  console.log(`\n  ${bench.name}: ${bench.about}`)
  try {
    for (const line of await bench.run()) console.log(`    ${line}`)
  } catch (error) {
    broken += 1
    console.log(`    not measured: ${(error as Error).message}`)
  }
}
process.exit(broken > 0 ? 1 : 0)
