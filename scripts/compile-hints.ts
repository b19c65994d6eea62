import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * V8 compiles a function when it is first called, on the thread that also draws the page. A script that begins with this has all of
 * its functions compiled while it arrives, on another thread, so that the first question does not wait for it. Others take it for a comment
 * (https://v8.dev/blog/explicit-compile-hints).
 */
export const COMPILE_HINT = '//# allFunctionsCalledOnLoad\n'

/** The pages from which questions are asked. */
const PAGES = ['(chat)/page', '(chat)/c/[id]/page']

/**
 * Puts the hint before the scripts that the chat's pages load at once, in the build at `distDir` (absolute); what is loaded when it is
 * needed stays as it is. Throws when Next writes its manifests otherwise than it did.
 */
export async function addCompileHints(distDir: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(distDir, 'build-manifest.json'), 'utf8'))
  const files = new Set<string>(manifest.rootMainFiles)
  for (const page of PAGES) for (const file of await scriptsOf(distDir, page)) files.add(file)
  await Promise.all([...files].map((file) => addHint(path.join(distDir, file))))
}

/** The manifest of a page is a script, which assigns its JSON to a name. */
async function scriptsOf(distDir: string, page: string): Promise<string[]> {
  const text = await readFile(
    path.join(distDir, 'server', 'app', `${page}_client-reference-manifest.js`),
    'utf8',
  )
  const json = /\] = (\{.*\});?\s*$/s.exec(text)?.[1]
  const files = JSON.parse(json ?? '{}').entryJSFiles?.[`[project]/app/${page}`]
  if (!Array.isArray(files)) throw new Error(`Next names the scripts of ${page} otherwise than it did.`)
  return files
}

async function addHint(file: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  if (!text.startsWith(COMPILE_HINT)) await writeFile(file, COMPILE_HINT + text)
}
