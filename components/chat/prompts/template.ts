const VARIABLE = /\{\{[ \t]*([^\s{}](?:[^{}\n]{0,38}[^\s{}])?)[ \t]*\}\}/g

/** The names in `{{name}}` of a prompt, each once, in order. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].flatMap(([, name]) => (name ? [name] : [])))]
}

/** The prompt with a value in each place; what has none stays as it stands. */
export function fillVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(VARIABLE, (place: string, name: string) => values.get(name) ?? place)
}
