/** A place for one value; undefined while there is none. */
export interface Slot<T> {
  value: T | undefined
}

/**
 * The place of that name in this process. Next keeps copies of a module in several bundles and the Node host has its own: what
 * they have to share lies here. One module uses a name, which gives its value a type.
 */
export function processSlot<T>(name: string): Slot<T> {
  const slots = globalThis as { [key: symbol]: unknown }
  const key = Symbol.for(`tain.${name}`)
  slots[key] ??= { value: undefined }
  return slots[key] as Slot<T> // set in the line above, here or in a copy
}
