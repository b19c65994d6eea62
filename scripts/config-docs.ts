import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { settings } from '../lib/config.ts'
import { groupsInChinese, settingsInChinese } from './settings-in-chinese.ts'

type Setting = (typeof settings)[keyof typeof settings]
type Group = Setting['meta']['group']
interface Entry {
  name: string
  about: string
  fallback?: string
  example?: string
  secret?: true
}

/** The groups in the order of the documents. */
const groups: Record<Group, { title: string; about: string }> = {
  upstream: { title: 'Upstream', about: 'Who answers.' },
  keys: { title: 'Keys', about: 'Where keys come from; [keys.md](keys.md) is the guide.' },
  site: { title: 'Site', about: 'What people see.' },
  storage: { title: 'Storage', about: 'Where conversations and secrets are kept.' },
  accounts: { title: 'Accounts', about: 'Who may use the site; [accounts.md](accounts.md) is the guide.' },
  gateway: { title: 'Gateway', about: 'The OpenAI-compatible API at `/v1`.' },
  running: { title: 'Running', about: 'How the process listens, stops and logs.' },
}

function entriesOf(group: Group): Entry[] {
  return Object.entries(settings)
    .filter(([, { meta }]) => meta.group === group && !('internal' in meta && meta.internal))
    .map(([name, { meta }]) => ({ name, ...meta }))
}

/** Breaks text at spaces into lines of at most `width` characters, each with `prefix`. */
function wrap(text: string, prefix: string, width = 100): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (prefix.length + longer.length > width && line !== '') {
      lines.push(prefix + line)
      line = word
    } else line = longer
  }
  return [...lines, prefix + line].join('\n')
}

const plain = (markdown: string) => markdown.replaceAll('`', '')

function exampleLine({ name, example, fallback }: Entry): string {
  // A fallback in backquotes or words is computed; only literal ones can stand after the equals sign.
  const literal = fallback && /^[\w.:/-]+$/.test(fallback) ? fallback : ''
  return `#${name}=${example ?? literal}`
}

/** The text of `.env.example`: every setting commented out, so that copying the file changes nothing. */
export function renderEnvExample(): string {
  const sections = Object.entries(groups).map(([group, { title, about }]) => {
    const blocks = entriesOf(group as Group).map((entry) => {
      const fallback = entry.fallback ? `\n${wrap(`Default: ${plain(entry.fallback)}.`, '# ')}` : ''
      return `${wrap(plain(entry.about), '# ')}${fallback}\n${exampleLine(entry)}`
    })
    return `# --- ${title}: ${plain(about).replace(/\[(.*?)\]\(.*?\)/g, 'docs/$1')}\n\n${blocks.join('\n\n')}`
  })
  return `# Settings of Tain. Copy this file to .env and remove the # before a line to set it; nothing here is required.
# Made from lib/config.ts by "npm run docs:config"; docs/configuration.md says the same as a page.

${sections.join('\n\n')}
`
}

const cell = (text: string) => text.replaceAll('|', '\\|')

/** What a configuration page says around the settings. */
interface Page {
  head: string
  columns: string
  unset: string
  /** What stands between sentences. */
  between: string
  example: (example: string) => string
  secret: string
  groups: Record<Group, { title: string; about: string }>
  entriesOf: (group: Group) => Entry[]
}

function row({ name, about, fallback, example, secret }: Entry, page: Page): string {
  const remarks = [about, example && page.example(example), secret && page.secret].filter(Boolean)
  const literal = fallback && /^[\w.:/-]+$/.test(fallback) ? `\`${fallback}\`` : (fallback ?? page.unset)
  return `| \`${name}\` | ${cell(literal)} | ${cell(remarks.join(page.between))} |`
}

function renderPage(page: Page): string {
  const sections = Object.entries(page.groups).map(([group, { title, about }]) => {
    const rows = page.entriesOf(group as Group).map((entry) => row(entry, page))
    return `## ${title}\n\n${about}\n\n${page.columns}\n| --- | --- | --- |\n${rows.join('\n')}`
  })
  return `${page.head}\n\n${sections.join('\n\n')}\n`
}

const englishPage: Page = {
  head: `# Configuration

**English** · [简体中文](configuration.zh-CN.md)

<!-- Made from lib/config.ts by "npm run docs:config". Change it there. -->

Tain reads its settings from the environment and from a file \`.env\` in the project's directory; the environment wins.
Nothing is required: with \`OPENAI_API_KEY\` alone the site talks to OpenAI, and without it to a labelled demo upstream.

- An empty value counts as not set.
- A wrong value stops the start with one sentence that names the setting and never repeats a secret.
- Durations are a number with a unit: \`250ms\`, \`30s\`, \`10m\`, \`1h\`, \`1d\`.
- Secrets belong into the environment or into \`.env\`, which git ignores.

[\`.env.example\`](../.env.example) has the same settings as a file to copy.`,
  columns: '| Setting | Default | Meaning |',
  unset: 'not set',
  between: ' ',
  example: (example) => `Example: \`${example}\`.`,
  secret: '**Secret.**',
  groups,
  entriesOf,
}

const chinesePage: Page = {
  head: `# 配置

[English](configuration.md) · **简体中文**

<!-- Made from lib/config.ts and scripts/settings-in-chinese.ts by "npm run docs:config". Change it there. -->

Tain 从环境变量和项目目录下的 \`.env\` 文件读取设置，以环境变量为准。什么都不是必填的：只有 \`OPENAI_API_KEY\` 时网站连接 OpenAI，没有它则连接明确标出的演示上游。

- 空值视为未设置。
- 写错的值会使启动停下，并用一句话指出是哪一项，绝不重复密钥的内容。
- 时长写成数字加单位：\`250ms\`、\`30s\`、\`10m\`、\`1h\`、\`1d\`。
- 密钥请放在环境变量或 \`.env\` 里，git 会忽略该文件。

[\`.env.example\`](../.env.example) 里有同样的设置，可以直接复制使用。`,
  columns: '| 设置 | 默认值 | 含义 |',
  unset: '未设置',
  between: '',
  example: (example) => `例如 \`${example}\`。`,
  secret: '**保密。**',
  groups: groupsInChinese,
  entriesOf: (group) =>
    entriesOf(group).map((entry) => ({
      ...entry,
      ...settingsInChinese[entry.name],
    })),
}

const root = path.resolve(import.meta.dirname, '..')

/** The generated files, by path below the project's root. */
export const generatedFiles: Record<string, () => string> = {
  '.env.example': renderEnvExample,
  'docs/configuration.md': () => renderPage(englishPage),
  'docs/configuration.zh-CN.md': () => renderPage(chinesePage),
}

/** Paths of the generated files that do not say what lib/config.ts says now. */
export async function staleFiles(): Promise<string[]> {
  const stale: string[] = []
  for (const [file, render] of Object.entries(generatedFiles)) {
    const text = await readFile(path.join(root, file), 'utf8').catch(() => undefined)
    if (text !== render()) stale.push(file)
  }
  return stale
}

async function main(): Promise<void> {
  const stale = await staleFiles()
  if (process.argv.includes('--check')) {
    if (stale.length === 0) return
    console.error(`${stale.join(' and ')} differ from lib/config.ts. Run: npm run docs:config`)
    process.exit(1)
  }
  for (const [file, render] of Object.entries(generatedFiles))
    await writeFile(path.join(root, file), render())
  console.log(stale.length > 0 ? `Wrote ${stale.join(' and ')}.` : 'Already up to date.')
}

if (import.meta.main) await main()
