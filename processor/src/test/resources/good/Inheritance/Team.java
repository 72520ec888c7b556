package com.acme;

import com.base.Company;
import io.dyno.Load;
import io.dyno.Slo;

/** Without the annotation that makes a benchmark. */
@Load(requestRate = {2, 4}, maxConcurrency = {})
@Slo(tpotMillis = -1, attainment = 0.95)
class Team extends Company {}
