/** One request of a user: who answered, how soon, and whether it was whole. */
export interface Sample {
  upstream: string
  /** To the first byte of the answer. */
  firstMs: number
  /** To its end. */
  totalMs: number
  failure?: string
}

export interface LoadOptions {
  /** Ends in `/v1`. */
  baseUrl: string
  token?: string | undefined
  model: string
  users: number
  seconds: number
  /** The mean pause of a user between an answer and the next question; each pause is random. */
  thinkMs: number
}

/** Users who ask, read a streamed answer to its end, think, and ask again, until the time is over. */
export async function measureLoad(options: LoadOptions, onSample: (sample: Sample) => void): Promise<void> {
  const endsAt = performance.now() + options.seconds * 1000
  const stop = AbortSignal.timeout(options.seconds * 1000 + 30_000)
  const user = async () => {
    // Not all at once: as people come.
    await pause(Math.random() * Math.min(options.thinkMs, options.seconds * 500))
    while (performance.now() < endsAt) {
      onSample(await ask(options, stop))
      await pause(Math.min(-Math.log(1 - Math.random()) * options.thinkMs, endsAt - performance.now()))
    }
  }
  await Promise.all(Array.from({ length: options.users }, user))
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))

async function ask({ baseUrl, token, model }: LoadOptions, signal: AbortSignal): Promise<Sample> {
  const startedMs = performance.now()
  const since = () => performance.now() - startedMs
  const sample: Sample = { upstream: 'nobody', firstMs: 0, totalMs: 0 }
  try {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'What is tain?' }] }),
      signal,
    })
    sample.upstream = response.headers.get('x-tain-upstream') ?? 'nobody'
    let tail = ''
    for await (const chunk of response.body ?? []) {
      sample.firstMs ||= since()
      tail = (tail + new TextDecoder().decode(chunk)).slice(-200)
    }
    if (!response.ok) sample.failure = `status ${response.status}`
    else if (!tail.includes('[DONE]')) sample.failure = 'cut off'
  } catch (error) {
    sample.failure = error instanceof Error ? error.name : 'unknown'
  }
  sample.totalMs = since()
  return sample
}

/** The article's table: for each upstream the average and P95 to the first byte, and the share of errors. */
export function loadTable(samples: readonly Sample[]): string {
  const rows = [...Map.groupBy(samples, ({ upstream }) => upstream)].map(([upstream, all]) => {
    const good = all.filter(({ failure }) => failure === undefined)
    const firsts = good.map(({ firstMs }) => firstMs).toSorted((a, b) => a - b)
    const average = firsts.reduce((sum, ms) => sum + ms, 0) / firsts.length
    const errors = ((all.length - good.length) / all.length) * 100
    return [
      upstream,
      String(all.length),
      whole(average),
      whole(firsts[Math.ceil(firsts.length * 0.95) - 1]),
      `${errors.toFixed(2)} %`,
    ]
  })
  const table = [['Upstream', 'Requests', 'Average', 'P95', 'Errors'], ...rows]
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? []
  return table
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const whole = (ms: number | undefined) =>
  ms === undefined || Number.isNaN(ms) ? '-' : `${Math.round(ms)} ms`

/**
 * Load on somebody else's machine is an attack, and on OpenAI's account it is a bill. A target that is not this machine
 * has to be named a second time. Returns the sentence to refuse with.
 */
export function refuseTarget(target: string, namedAgain: string | undefined): string | undefined {
  const url = URL.canParse(target) ? new URL(target) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return 'The target must be an http:// or https:// address.'
  if (/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) return undefined
  if (namedAgain === url.hostname) return undefined
  return `${url.hostname} is not this machine. If it is yours and may be loaded, say so again: LOAD_REMOTE=${url.hostname}. Upstream requests cost money.`
}
