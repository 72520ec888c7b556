/** Results as a human reads them. Pure: results in, text out. */
package io.dyno.report;
