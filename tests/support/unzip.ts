import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js'

/** The files of a ZIP, as text, by their names. */
export async function unzip(zip: Response): Promise<Map<string, string>> {
  const reader = new ZipReader(new BlobReader(await zip.blob()))
  const files = new Map<string, string>()
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()))
  }
  return files
}
