/** A share is a page to read, as the legal ones are: the site's mark above, its notice and terms below. */
export { default } from '../(legal)/layout.tsx'
