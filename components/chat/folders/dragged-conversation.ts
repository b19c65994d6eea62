import type { DragEvent } from 'react'

/** Seen by this site only; what other programs get is the link itself. */
const TYPE = 'application/x-tain-conversation'

/** Call it when a conversation begins to be dragged. */
export function dragConversation(event: DragEvent, id: string): void {
  event.dataTransfer.setData(TYPE, id)
  event.dataTransfer.effectAllowed = 'linkMove'
}

/** Handlers of a place where conversations can be dropped. `onOver` tells whether one is above it. */
export function dropPlace(onDrop: (id: string) => void, onOver: (isOver: boolean) => void) {
  return {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes(TYPE)) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'move'
      onOver(true)
    },
    onDragLeave(event: DragEvent) {
      const to = event.relatedTarget
      if (!(to instanceof Node && event.currentTarget.contains(to))) onOver(false)
    },
    onDrop(event: DragEvent) {
      onOver(false)
      const id = event.dataTransfer.getData(TYPE)
      if (id === '') return
      event.preventDefault()
      onDrop(id)
    },
  }
}
