/**
 * Contribution format v1 (rules H1-H5): tensor layout, reference compressor, writer, reader and format check.
 */
@NullMarked
package covey.protocol.contribution;

import org.jspecify.annotations.NullMarked;
