import type { OfficePackage } from './open-package.ts'
import { attributeOf, elementsIn } from './read-xml.ts'

/** What a part refers to. Parts elsewhere are named and never fetched. */
export interface Relation {
  id: string
  /** The last word of its type: `slide`, `hyperlink`, `notesSlide`. */
  type: string
  /** The path of a part, or an address of another place. */
  target: string
  isElsewhere: boolean
}

/** What a part refers to, by the ids it uses for it; `''` asks for the document as a whole. */
export async function relationsOf(zip: OfficePackage, part: string): Promise<Map<string, Relation>> {
  const cut = part.lastIndexOf('/') + 1
  const path = `${part.slice(0, cut)}_rels/${part.slice(cut)}.rels`
  const relations = new Map<string, Relation>()
  for await (const element of elementsIn(zip.read(path), ['Relationship'])) {
    const id = attributeOf(element, 'Id') ?? ''
    const target = attributeOf(element, 'Target') ?? ''
    const isElsewhere = attributeOf(element, 'TargetMode') === 'External'
    relations.set(id, {
      id,
      type: (attributeOf(element, 'Type') ?? '').split('/').at(-1) ?? '',
      target: isElsewhere ? target : resolvePath(part, target),
      isElsewhere,
    })
  }
  return relations
}

/** The part that a part refers to as `type`, if there is one. */
export const partOfType = (relations: ReadonlyMap<string, Relation>, type: string): string | undefined =>
  [...relations.values()].find((relation) => relation.type === type && !relation.isElsewhere)?.target

/** `../media/a.png`, as written in `ppt/slides/slide1.xml`, is `ppt/media/a.png`. */
function resolvePath(from: string, target: string): string {
  const steps = target.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const step of target.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '.' && step !== '') steps.push(step)
  }
  return steps.join('/')
}
