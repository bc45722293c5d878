# Rscript farrington_flexible.R IN OUT: runs surveillance::farringtonFlexible over every case of a JSON file.
#
# IN has "series" (counts, and the day of the first week or null) and "cases" (series, control, range); OUT is the same
# with what the package says of each week in the range: upper bound, expected count, dispersion, slope.
suppressMessages({
  library(surveillance)
  library(jsonlite)
})
given <- commandArgs(trailingOnly = TRUE)
told <- fromJSON(given[1], simplifyVector = FALSE)
numbers <- function(values) vapply(values, function(one) if (is.null(one)) NA_real_ else as.numeric(one), 0)
weeks_of <- function(series) {
  counts <- matrix(numbers(series$counts))
  if (is.null(series$first)) return(sts(counts, frequency = 52))
  epoch <- as.numeric(as.Date(series$first)) + 7 * (seq_along(counts) - 1)
  sts(counts, epoch = epoch, epochAsDate = TRUE, frequency = 52)
}
week <- function(weeks, control, position) {  # one at a time: its own results need a range without gaps
  said <- suppressWarnings(farringtonFlexible(weeks, c(control, list(range = position))))
  c(upperbound(said), said@control$expected, said@control$phiVector, said@control$trendVector)
}
run <- function(case) {
  control <- c(case$control, list(limit54 = c(0, 4), glmWarnings = FALSE))
  weeks <- weeks_of(told$series[[case$series]])
  said <- vapply(numbers(case$range), function(position) week(weeks, control, position), numeric(4))
  said <- lapply(1:4, function(row) I(said[row, ]))
  c(case, setNames(said, c("upper", "expected", "dispersion", "slope")))
}
told$cases <- lapply(told$cases, run)
told$version <- as.character(packageVersion("surveillance"))
write(toJSON(told, auto_unbox = TRUE, digits = NA, null = "null", na = "null"), given[2])
