'use client'

import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react'

export interface MenuProps {
  /** The button that opened it. */
  anchor: RefObject<HTMLElement | null>
  onClose: () => void
  /** Which edges of menu and button lie on one line. */
  align?: 'left' | 'right'
  /** The pointer of a finger that rests where it opened the menu. */
  heldBy?: number | undefined
  children: ReactNode
}

/** A menu beside its button. A popover, so that Esc and a touch elsewhere close it by themselves. */
export function Menu({ anchor, onClose, align = 'right', heldBy, children }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = menu.current
    if (!element || !anchor.current) return
    element.showPopover()
    placeBeside(element, anchor.current, align)
    element.querySelector('button')?.focus()
    if (heldBy !== undefined) keepOpen(element, heldBy)
  }, [anchor, align, heldBy])
  return (
    <div
      ref={menu}
      popover="auto"
      role="menu"
      tabIndex={-1}
      className="menu"
      onToggle={(event) => event.newState === 'closed' && onClose()}
      onKeyDown={moveFocus}
    >
      {children}
    </div>
  )
}

/** Choosing closes the menu first, so that the keyboard is back at its button when something happens. */
export function MenuItem(props: {
  icon: ReactNode
  isDangerous?: boolean
  /** It is so already. */
  isCurrent?: boolean
  onChoose: () => void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      role="menuitem"
      aria-current={props.isCurrent || undefined}
      tabIndex={-1}
      className={`menu-item ${props.isDangerous ? 'text-danger' : ''}`}
      onClick={(event) => {
        event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
        props.onChoose()
      }}
    >
      {props.icon}
      {props.children}
    </button>
  )
}

/** To the browser a finger that is lifted beside a menu has touched beside it, which closes it; so the menu takes the finger over. */
function keepOpen(element: HTMLElement, pointerId: number): void {
  try {
    element.setPointerCapture(pointerId)
  } catch {
    // It was lifted before the menu was there.
  }
}

const GAP_PX = 4

/** Below its button, or above where there is no room; never beyond the window. */
function placeBeside(element: HTMLElement, anchor: HTMLElement, align: 'left' | 'right'): void {
  const button = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = element
  const below = button.bottom + GAP_PX
  const top = below + height > window.innerHeight ? Math.max(GAP_PX, button.top - GAP_PX - height) : below
  const wanted = align === 'left' ? button.left : button.right - width
  const left = Math.max(GAP_PX, Math.min(wanted, window.innerWidth - width - GAP_PX))
  Object.assign(element.style, { top: `${top}px`, left: `${left}px` })
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')]
  const at = items.findIndex((item) => item.matches(':focus'))
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key]
  if (event.key === 'Tab') event.currentTarget.hidePopover()
  if (to === undefined) return
  event.preventDefault()
  items.at(to % items.length)?.focus()
}
