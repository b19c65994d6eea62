/** Teaches KaTeX `\ce` and `\pu` by being there. It has no types of its own. */
declare module 'katex/contrib/mhchem'
