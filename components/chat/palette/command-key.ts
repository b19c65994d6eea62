/** The key of commands, as it is written on this computer's keyboard. For what is only ever rendered in a browser. */
export const COMMAND = /^(Mac|iP)/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl'
