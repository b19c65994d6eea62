'use client'

import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react'

const HOLD_MS = 500
/** A finger that moves farther scrolls. */
const STILL_PX = 10

/**
 * Calls `onHold` when a finger rests on something, with its pointer's id, or the keyboard asks for its menu. A mouse keeps the
 * browser's own menu. `takeClick` tells whether the click that follows belongs to the press, once.
 */
export function useLongPress(onHold: (pointerId?: number) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const start = useRef<{ x: number; y: number; id: number } | null>(null)
  const held = useRef(false)
  const cancel = () => clearTimeout(timer.current)
  useEffect(() => () => clearTimeout(timer.current), [])
  const hold = (pointerId?: number) => {
    cancel()
    if (held.current) return
    held.current = true
    onHold(pointerId)
  }
  return {
    takeClick() {
      const was = held.current
      held.current = false
      return was
    },
    handlers: {
      onPointerDown(event: PointerEvent) {
        held.current = false
        if (event.pointerType !== 'touch') return
        start.current = { x: event.clientX, y: event.clientY, id: event.pointerId }
        timer.current = setTimeout(hold, HOLD_MS, event.pointerId)
      },
      onPointerMove(event: PointerEvent) {
        const { x, y } = start.current ?? { x: 0, y: 0 }
        if (Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX) cancel()
      },
      onPointerUp: cancel,
      onPointerCancel: cancel,
      onContextMenu(event: MouseEvent) {
        // Of a finger some browsers tell before the time is over, some after, some never.
        const byTouch = 'pointerType' in event.nativeEvent && event.nativeEvent.pointerType === 'touch'
        if (event.button === 2 && !byTouch) return
        event.preventDefault()
        hold(byTouch ? start.current?.id : undefined)
        if (!byTouch) held.current = false
      },
    },
  }
}
