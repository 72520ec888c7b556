/** What a user writes: the annotations of a benchmark class and the few types its methods see. */
package io.dyno;
