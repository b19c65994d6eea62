const ENDINGS: Record<string, string> = {
  bash: 'sh',
  'c#': 'cs',
  'c++': 'cpp',
  csharp: 'cs',
  dockerfile: 'Dockerfile',
  golang: 'go',
  haskell: 'hs',
  javascript: 'js',
  julia: 'jl',
  kotlin: 'kt',
  latex: 'tex',
  markdown: 'md',
  matlab: 'm',
  mermaid: 'mmd',
  objectivec: 'm',
  perl: 'pl',
  powershell: 'ps1',
  python: 'py',
  ruby: 'rb',
  rust: 'rs',
  shell: 'sh',
  typescript: 'ts',
  yaml: 'yml',
}

/** A name for code in this language; a language that is no plain word gives a text file. */
export function fileNameFor(language: string | undefined): string {
  const name = language?.toLowerCase() ?? 'txt'
  const ending = ENDINGS[name] ?? (/^[a-z0-9]{1,12}$/.test(name) ? name : 'txt')
  return ending === 'Dockerfile' ? ending : `code.${ending}`
}
