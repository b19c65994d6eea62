/** Where the bytes of files lie. Keys are made by this program: letters, digits, `-`, `.` and `/`. */
export interface FileStore {
  /** When this returns, the bytes are there to stay. The same key again replaces them. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Null when there is nothing under the key. */
  get(key: string): Promise<Buffer | null>
  /** What is not there is as good as removed. */
  remove(keys: readonly string[]): Promise<void>
}
