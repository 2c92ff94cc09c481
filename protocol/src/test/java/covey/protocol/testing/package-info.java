/** What tests of several modules share: seeds, a JDK-backed crypto, small runs. Published as this module's test jar. */
@NullMarked
package covey.protocol.testing;

import org.jspecify.annotations.NullMarked;
