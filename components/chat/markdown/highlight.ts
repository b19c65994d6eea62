import { createLowlight, type LanguageFn } from 'lowlight'

/** What is shown of highlighted code: text, or a piece of a kind (`keyword`, `string` …) with pieces inside. */
export type CodePiece = string | { kind: string; pieces: CodePiece[] }

/** Each comes in a file of its own, when it is first met. */
const LOADERS: Record<string, () => Promise<{ default: LanguageFn }>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  dart: () => import('highlight.js/lib/languages/dart'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  elixir: () => import('highlight.js/lib/languages/elixir'),
  go: () => import('highlight.js/lib/languages/go'),
  graphql: () => import('highlight.js/lib/languages/graphql'),
  haskell: () => import('highlight.js/lib/languages/haskell'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  julia: () => import('highlight.js/lib/languages/julia'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  latex: () => import('highlight.js/lib/languages/latex'),
  lua: () => import('highlight.js/lib/languages/lua'),
  makefile: () => import('highlight.js/lib/languages/makefile'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  matlab: () => import('highlight.js/lib/languages/matlab'),
  nginx: () => import('highlight.js/lib/languages/nginx'),
  objectivec: () => import('highlight.js/lib/languages/objectivec'),
  perl: () => import('highlight.js/lib/languages/perl'),
  php: () => import('highlight.js/lib/languages/php'),
  powershell: () => import('highlight.js/lib/languages/powershell'),
  python: () => import('highlight.js/lib/languages/python'),
  r: () => import('highlight.js/lib/languages/r'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  scala: () => import('highlight.js/lib/languages/scala'),
  scss: () => import('highlight.js/lib/languages/scss'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  vbnet: () => import('highlight.js/lib/languages/vbnet'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
}

/** Other names under which models put them behind a fence. */
const ALIASES: Record<string, string> = {
  'c#': 'csharp',
  'c++': 'cpp',
  cc: 'cpp',
  cjs: 'javascript',
  cs: 'csharp',
  docker: 'dockerfile',
  ex: 'elixir',
  golang: 'go',
  h: 'c',
  hpp: 'cpp',
  hs: 'haskell',
  html: 'xml',
  js: 'javascript',
  jsonc: 'json',
  jsx: 'javascript',
  kt: 'kotlin',
  make: 'makefile',
  md: 'markdown',
  mjs: 'javascript',
  'objective-c': 'objectivec',
  objc: 'objectivec',
  patch: 'diff',
  pl: 'perl',
  ps1: 'powershell',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sass: 'scss',
  sh: 'bash',
  shell: 'bash',
  svg: 'xml',
  tex: 'latex',
  toml: 'ini',
  ts: 'typescript',
  tsx: 'typescript',
  vb: 'vbnet',
  vue: 'xml',
  yml: 'yaml',
  zsh: 'bash',
}

const lowlight = createLowlight()

/** The language that is meant, if it is known here. */
export function languageOf(name: string): string | undefined {
  const lower = name.toLowerCase()
  const known = ALIASES[lower] ?? lower
  return Object.hasOwn(LOADERS, known) ? known : undefined
}

/** Resolves when `highlight` knows this language. Rejects when it cannot be fetched. */
export async function loadLanguage(language: string): Promise<void> {
  if (lowlight.registered(language)) return
  const loaded = await LOADERS[language]?.()
  if (loaded) lowlight.register(language, loaded.default)
}

/** The pieces of code in a language that is loaded. Together their texts are the code, character for character. */
export function highlight(language: string, code: string): CodePiece[] {
  const pieces = lowlight.highlight(language, code).children.map(pieceOf)
  // The library invents a line break where some grammars meet an end they did not expect.
  return textOf(pieces) === code ? pieces : [code]
}

const textOf = (pieces: readonly CodePiece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : textOf(piece.pieces))).join('')

type HastNode = ReturnType<typeof lowlight.highlight>['children'][number]

function pieceOf(node: HastNode): CodePiece {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return ''
  const names = node.properties.className
  // `hljs-title function_` is a kind with a finer one, of which the look makes no use.
  const kind = Array.isArray(names) ? String(names[0]).replace('hljs-', '') : ''
  return { kind, pieces: node.children.map((child) => pieceOf(child)) }
}
