/** Fetches a file as a whole, with the name that the site gave it. `onProgress` is told how many bytes are here. Rejects when it breaks off. */
export async function fetchExport(
  path: string,
  init: RequestInit,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<{ blob: Blob; name: string }> {
  const response = await fetch(path, init)
  if (!response.ok || !response.body) throw new Error(`The site answered ${response.status}.`)
  let bytes = 0
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length
        onProgress(bytes)
        controller.enqueue(chunk)
      },
    }),
  )
  // A blob, which the browser may keep on disk, and not one array of everything.
  const blob = await new Response(counted, { headers: response.headers }).blob()
  return { blob, name: fileNameOf(response.headers.get('content-disposition') ?? '') }
}

/** The name that the site gave (RFC 6266; the encoded form wins). */
function fileNameOf(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  if (encoded) return decodeURIComponent(encoded)
  return /filename="([^"]+)"/i.exec(disposition)?.[1] ?? 'export'
}
