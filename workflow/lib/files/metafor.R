# Fits of R metafor for workflow/lib/files/with_metafor.py. The one argument is a folder with
#   tasks.csv   place, method, test, level: one fit each; the codes and numbers are data, never evaluated
#   <place>.csv yi, vi
# It writes fits.csv (place, quantity, value), reasons.csv (place, reason) and versions.csv into the folder.
# Exit status 3: metafor is not installed.

if (!requireNamespace("metafor", quietly = TRUE)) quit(status = 3)
suppressPackageStartupMessages(library(metafor))

folder <- commandArgs(trailingOnly = TRUE)[1]
file_in <- function(name) file.path(folder, name)
digits <- function(value) sprintf("%.17g", as.numeric(value))
PRECISE <- list(threshold = 1e-12, maxiter = 10000, tol = 1e-12)  # its own stopping rules leave 1e-5

fitted <- function(d, task) {
  fit <- rma(yi = d$yi, vi = d$vi, method = task$method, test = task$test, level = task$level,
             control = PRECISE)
  found <- c(
    k = fit$k, beta = as.numeric(fit$beta), se = fit$se, stat = fit$zval, pval = fit$pval,
    ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, QE = fit$QE, QEp = fit$QEp
  )
  estimated <- nrow(d) > 1 && !(task$method %in% c("EE", "FE"))
  if (nrow(d) > 1) found <- c(found, I2 = fit$I2, H2 = fit$H2)
  if (estimated) {
    new <- predict(fit)
    widest <- 1e8 * max(d$vi, diff(range(d$yi))^2)  # it stops at 100 unless told otherwise
    bounds <- confint(fit, level = task$level, control = list(tol = 1e-12, tau2.max = widest))
    limits <- bounds$random["tau^2", ]
    limits[c(bounds$lb.sign, bounds$ub.sign) != ""] <- NA  # not found below that
    found <- c(found, tau2 = fit$tau2, se_tau2 = fit$se.tau2, pi_lb = new$pi.lb, pi_ub = new$pi.ub,
               tau2_lb = limits[["ci.lb"]], tau2_ub = limits[["ci.ub"]])
  }
  found
}

tasks <- read.csv(file_in("tasks.csv"), colClasses = c("integer", "character", "character", "numeric"))
fits <- data.frame(place = integer(), quantity = character(), value = character())
reasons <- data.frame(place = integer(), reason = character())
for (i in seq_len(nrow(tasks))) {
  task <- tasks[i, ]
  d <- read.csv(file_in(paste0(task$place, ".csv")), colClasses = c("numeric", "numeric"))
  found <- tryCatch(
    suppressWarnings(fitted(d, task)),
    error = function(condition) conditionMessage(condition)
  )
  if (is.character(found)) {
    reasons <- rbind(reasons, data.frame(place = task$place, reason = found))
  } else {
    fits <- rbind(fits, data.frame(place = task$place, quantity = names(found), value = digits(found)))
  }
}
write.csv(fits, file_in("fits.csv"), row.names = FALSE)
write.csv(reasons, file_in("reasons.csv"), row.names = FALSE)
versions <- data.frame(
  name = c("metafor", "R"),
  version = c(as.character(packageVersion("metafor")), paste(R.version$major, R.version$minor, sep = "."))
)
write.csv(versions, file_in("versions.csv"), row.names = FALSE)
