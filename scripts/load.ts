// `npm run load -- [--target http://127.0.0.1:3000] [--users 20] [--seconds 30]`: users who ask, read and think.
import { parseArgs } from 'node:util'
import { loadTable, measureLoad, refuseTarget, type Sample } from './load/measure-load.ts'

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'http://127.0.0.1:3000' },
    users: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '30' },
    think: { type: 'string', default: '2' },
    model: { type: 'string', default: 'tain-demo' },
  },
})

function end(sentence: string): never {
  console.error(`\n  ${sentence}\n`)
  process.exit(2)
}

function positive(name: 'users' | 'seconds' | 'think'): number {
  const number = Number(values[name])
  if (!(number > 0 && number <= 10_000)) end(`--${name} must be a number above 0 and at most 10000.`)
  return number
}

const refusal = refuseTarget(values.target, process.env.LOAD_REMOTE)
if (refusal) end(refusal)
const [users, seconds, think] = [Math.ceil(positive('users')), positive('seconds'), positive('think')]
const samples: Sample[] = []
console.log(`\n  ${users} users for ${seconds} s against ${new URL(values.target).origin} …`)
const showing = setInterval(() => console.log(`  ${samples.length} answers`), 5_000)
await measureLoad(
  {
    baseUrl: `${new URL(values.target).origin}/v1`,
    token: process.env.TAIN_TOKEN,
    model: values.model,
    users,
    seconds,
    thinkMs: think * 1000,
  },
  (sample) => samples.push(sample),
)
clearInterval(showing)
console.log(`\n${loadTable(samples).replace(/^/gm, '  ')}\n`)
const failures = new Map<string, number>()
for (const { failure } of samples) if (failure) failures.set(failure, (failures.get(failure) ?? 0) + 1)
for (const [failure, count] of failures) console.log(`  ${count} × ${failure}`)
