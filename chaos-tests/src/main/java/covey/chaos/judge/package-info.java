/** Judges what a run left on disk, from outside: block files, journals, events and the contents that nodes held. */
@NullMarked
package covey.chaos.judge;

import org.jspecify.annotations.NullMarked;
