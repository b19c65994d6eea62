/**
 * What a caller without a token may not be: the pattern of the article this project follows, and scanners by the
 * names they give themselves. Whoever lies about his name passes; this keeps out those who do not care to.
 */
export const DEFAULT_DENIED_USER_AGENTS: readonly string[] = [
  'scrapy',
  'curl',
  'httpclient',
  'acunetix',
  'arachni',
  'censysinspect',
  'cgichk',
  'dirbuster',
  'dirsearch',
  'feroxbuster',
  'fuzz faster u fool',
  'gobuster',
  'grendel-scan',
  'havij',
  'internet-measurement',
  'jaeles',
  'jorgee',
  'l9explore',
  'l9tcpid',
  'leakix',
  'masscan',
  'morfeus',
  'nessus',
  'netsparker',
  'nikto',
  'nmap scripting engine',
  'nuclei',
  'openvas',
  'projectdiscovery',
  'qualys',
  'shodan',
  'sqlmap',
  'w3af',
  'webinspect',
  'wfuzz',
  'whatweb',
  'wpscan',
  'zgrab',
  'zmeu',
]

/** All words together; what they cost per request does not depend on it, but a table is built from them. */
const MAX_CHARACTERS = 20_000

/**
 * Reads a comma-separated list of words, each of which denies every user agent that contains it; `default` stands for
 * {@link DEFAULT_DENIED_USER_AGENTS}, `off` for none. Throws a RangeError whose message completes a sentence that
 * begins with the setting's name.
 */
export function parseUserAgents(text: string): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter(Boolean)
  if (items.length === 1 && items[0] === 'off') return []
  const words = items.flatMap((item) => (item === 'default' ? DEFAULT_DENIED_USER_AGENTS : [item]))
  const tooShort = words.find((word) => word.length < 3)
  if (tooShort) throw new RangeError(`must be a list of words of three letters or more, unlike "${tooShort}"`)
  if (text.length > MAX_CHARACTERS) throw new RangeError(`must be at most ${MAX_CHARACTERS} characters long`)
  if (words.some((word) => !/^[\x20-\x7e]+$/.test(word))) {
    throw new RangeError('must be a comma-separated list of words in visible ASCII characters')
  }
  return words
}
